"""Tokens and the keys that they stand for."""

from __future__ import annotations

from pydantic import BaseModel, Field

from reference_service.settings.units import Count, Seconds


class TokensSettings(BaseModel):
    """Tokens and the keys that they stand for."""

    token_life_s: Seconds = 900.0  # 3.1: 15 min
    session_life_s: Seconds = 86_400.0  # 6.5: 24 h
    token_deadline_s: float = Field(1.0, gt=0, le=30)
    admin_deadline_s: float = Field(2.0, gt=0, le=30)
    token_known_s: Seconds = 300.0  # 1.1: a token that was checked is not checked again for 5 min
    token_known_bound: Count = 10_000
    # A revoked key or session stops on every worker within this time, while PostgreSQL answers.
    identity_news_s: Seconds = 3.0
    unknown_key_s: Seconds = 10.0  # a wrong key is not looked up again for so long
    refresh_address_limit: Count = 60  # exchanges of refresh tokens a minute and address: they name no key
