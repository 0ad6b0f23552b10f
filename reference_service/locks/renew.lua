-- Gives owner ARGV[1] of the lock KEYS[1] another ARGV[2] milliseconds; 0 when it is no longer theirs.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
