#!lua
-- Ends a range that is with every customer. KEYS: meta, ranges under way, files, damaged
-- files, the file, what is counted of it, and complete files of its name. ARGV: store, digest, what the range held, to,
-- whether it is all and breaks off, when, how many counters, for each its name and how
-- many, and the roots that are counted. Nothing happens where somebody else ended it.
local meta, pending, files, damaged, file, counted, named = unpack(KEYS)
if redis.call('HGET', meta, 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local digest, held = ARGV[2], redis.call('HGET', pending, ARGV[2])
if held ~= ARGV[3] then
  return 0
end
redis.call('HSET', file, 'to', ARGV[4], 'complete', ARGV[5], 'damaged', ARGV[6], 'at', ARGV[7])
local counters = tonumber(ARGV[8])
for i = 0, counters - 1 do
  redis.call('HINCRBY', file, ARGV[9 + 2 * i], ARGV[10 + 2 * i])
end
for i = 9 + 2 * counters, #ARGV do
  redis.call('SADD', counted, ARGV[i])
end
redis.call('ZADD', files, ARGV[7], digest)
if ARGV[6] == '1' then
  redis.call('ZADD', damaged, ARGV[7], digest)
else
  redis.call('ZREM', damaged, digest)
  if ARGV[5] == '1' then
    redis.call('ZADD', named, ARGV[7], digest)
  end
end
redis.call('HDEL', pending, digest)
redis.call('HINCRBY', meta, 'observed', 1)
return 1
