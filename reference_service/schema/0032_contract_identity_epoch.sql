-- Contracts: what 0031 took the place of. No release calls them.
DROP TRIGGER identity_changed ON api_keys;
DROP TRIGGER identity_changed ON tenants;
DROP FUNCTION identity_news(interval);
DROP FUNCTION bump_identity_epoch();
DROP FUNCTION rotate_refresh_token(text, bytea, bytea);
DROP SEQUENCE identity_epoch;
