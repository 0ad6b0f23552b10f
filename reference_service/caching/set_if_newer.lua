-- Keeps ARGV[1], whose first 20 digits are its version, for ARGV[2] seconds unless KEYS[1] holds a newer one.
-- Digits of equal length compare as strings as they do as numbers.
local held = redis.call('GETRANGE', KEYS[1], 0, 19)
if #held == 20 and held > string.sub(ARGV[1], 1, 20) then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
