#!lua
-- Makes a log file be what is given. KEYS: meta, files, damaged files, the file, what is
-- counted of it, and complete files of its name. ARGV: store, digest, when, whether it breaks off and none follows, whether it is complete otherwise and none
-- follows, how many fields, for each its name and value, and the roots that are counted.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local fields = tonumber(ARGV[6])
for i = 0, fields - 1 do
  redis.call('HSET', KEYS[4], ARGV[7 + 2 * i], ARGV[8 + 2 * i])
end
for i = 7 + 2 * fields, #ARGV do
  redis.call('SADD', KEYS[5], ARGV[i])
end
redis.call('HINCRBY', KEYS[1], 'observed', 1)
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[2])
if ARGV[4] == '1' then
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
else
  redis.call('ZREM', KEYS[3], ARGV[2])
end
if ARGV[5] == '1' then
  redis.call('ZADD', KEYS[6], ARGV[3], ARGV[2])
else
  redis.call('ZREM', KEYS[6], ARGV[2])
end
return 1
