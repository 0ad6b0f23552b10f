-- Keeps the mark ARGV[1] for ARGV[3] seconds unless KEYS[1] holds a later one: who was held up sets none back. One later
-- than ARGV[2] was set by a clock that was ahead, and is replaced. All have 20 digits, which compare as they do as numbers.
local held = redis.call('GET', KEYS[1])
if held and #held == 20 and held > ARGV[1] and held <= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[3])
return 1
