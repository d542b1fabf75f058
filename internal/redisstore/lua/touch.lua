#!lua
-- Notes the day ARGV[2] on which the token ARGV[1] was used, unless a later one is
-- noted. KEYS: tokens, days of use.
local before = redis.call('HGET', KEYS[2], ARGV[1]) or ''
if before < ARGV[2] and redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
end
return 1
