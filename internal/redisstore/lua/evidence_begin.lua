#!lua
-- Decides whether a range of a log file is recorded, and keeps what it held until it is
-- with every customer. KEYS: meta, ranges under way, damaged files, the file, the file
-- that it follows, the days on which anybody was seen, and for each day of the range the
-- set of whom.
--
-- ARGV: store, digest, from, to, the digest of the file followed or nothing, the name,
-- dataset and size of the file, what the range held, what it held but for what is
-- counted, and for each day its number and the customers, as a list in JSON.
--
-- Answers {"DONE"} where it is recorded, {"BEGUN", what it held} where it is under way
-- now, {"WAIT", what that held} where a range of the file was before, and
-- {"ORDER", offset} where it does not follow what is recorded; -1 is nothing.
local meta, pending, damaged, file, follows, seen = unpack(KEYS, 1, 6)
local digest, from, to = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HGET', meta, 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local other = redis.call('HGET', pending, digest)
if other then
  return {'WAIT', other}
end
local before = redis.call('HMGET', file, 'to', 'complete')
local at, complete = tonumber(before[1] or -1), before[2] == '1'
local held = ARGV[9]
if at >= 0 then
  if to < at or to == at and complete then
    return {'DONE'}
  elseif to == at then
    held = ARGV[10]
  elseif complete or from ~= at then
    return {'ORDER', at}
  end
else
  if from ~= 0 then
    local broken = redis.call('HMGET', follows, 'to', 'damaged', 'followed')
    if ARGV[5] == '' or broken[2] ~= '1' or broken[3] == '1' or tonumber(broken[1] or -1) ~= from then
      return {'ORDER', -1}
    end
    redis.call('HSET', follows, 'followed', '1')
    redis.call('ZREM', damaged, ARGV[5])
  elseif to == 0 then
    held = ARGV[10]
  end
  redis.call('HSET', file, 'name', ARGV[6], 'dataset', ARGV[7], 'size', ARGV[8], 'to', from, 'complete', '0', 'damaged', '0', 'followed', '0', 'at', '0')
end
redis.call('HSET', pending, digest, held)
for i = 7, #KEYS do
  local day = ARGV[11 + 2 * (i - 7)]
  redis.call('ZADD', seen, day, day)
  for _, customer in ipairs(cjson.decode(ARGV[12 + 2 * (i - 7)])) do
    redis.call('SADD', KEYS[i], customer)
  end
end
return {'BEGUN', held}
