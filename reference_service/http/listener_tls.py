"""TLS 1.3 on the service's own listener."""

from __future__ import annotations

import ssl

from reference_service.settings.tls import TlsSettings


def listener_context(settings: TlsSettings) -> ssl.SSLContext | None:
    """None when TLS is off. The files were tried when the settings were read."""
    if not settings.tls_certificate:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    read_certificate(context, settings)
    return context


def read_certificate(context: ssl.SSLContext, settings: TlsSettings) -> None:
    """New connections get what the files hold now. Raises OSError and ssl.SSLError: the last one stays."""
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
