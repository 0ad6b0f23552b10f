"""`stormproof`, also as `python -m stormproof`."""

from stormproof.exit_codes import INTERRUPTED


def main() -> None:
    """Run the command line."""
    try:
        # What it imports takes a while; a Ctrl-C within is no defect, and needs no trace.
        from stormproof.cli.app import build_app  # noqa: PLC0415 -- above
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    build_app()()


if __name__ == "__main__":
    main()
