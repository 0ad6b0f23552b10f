-- Takes the lock KEYS[1] for owner ARGV[1] and ARGV[2] milliseconds, unless somebody holds it.
-- Returns the fencing token, 0 when it is held. Tokens follow the server's clock in microseconds and the last one
-- given (KEYS[2]), whichever is greater: they keep growing over a server that lost its data.
if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return 0
end
local clock = redis.call('TIME')
local token = clock[1] * 1000000 + clock[2]
local last = tonumber(redis.call('GET', KEYS[2]) or '0')
if token <= last then
  token = last + 1
end
redis.call('SET', KEYS[2], string.format('%.0f', token))
return token
