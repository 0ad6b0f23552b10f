-- A sliding window as a log of admitted requests, newest at the head. Time is the server's: one clock for all
-- workers. KEYS[1]: the window. ARGV: capacity, window in microseconds.
-- Returns {allowed 0|1, remaining, microseconds until the oldest leaves the window, or until one may pass if that is later}.
local capacity = tonumber(ARGV[1])
local window = tonumber(ARGV[2])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]

local oldest = redis.call('LINDEX', KEYS[1], -1)
if oldest and tonumber(oldest) - now > window then
  -- Admitted by a clock that has been set back since: nobody would pass until it is as late again.
  redis.call('DEL', KEYS[1])
  oldest = false
end
while oldest and now - tonumber(oldest) >= window do
  redis.call('RPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], -1)
end

local count = redis.call('LLEN', KEYS[1])
local allowed = 0
if count < capacity then
  allowed = 1
  count = count + 1
  redis.call('LPUSH', KEYS[1], string.format('%.0f', now))
  redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
end
local reset = window
if count > capacity then
  -- The capacity was greater before: more than the oldest must leave until one may pass.
  oldest = redis.call('LINDEX', KEYS[1], capacity - 1)
end
if oldest then
  reset = window - (now - tonumber(oldest))
end
return {allowed, math.max(0, capacity - count), reset}
