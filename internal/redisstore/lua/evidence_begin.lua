#!lua
-- Decides whether a range of a log file is recorded, and keeps what it held until it is
-- with every customer. KEYS: meta, ranges under way, damaged files, the file, the file
-- that it follows, the days on which anybody was seen, what was counted of the file and of
-- the one it follows, complete files of its name, and for each day of the range the set of whom.
--
-- ARGV: store, digest, from, to, the digest of the file followed or nothing, the name,
-- dataset and size of the file, what the range held, what it held but for what is
-- counted, the attribution, that under which the file was read and how far, where it is
-- read again, else nothing and -1, and for each day its number and the customers, as a
-- list in JSON.
--
-- Answers {"DONE"} where it is recorded, {"BEGUN", what it held} where it is under way
-- now, {"WAIT", what that held} where a range of the file was before, and
-- {"ORDER", offset} where it does not follow what is recorded; -1 is nothing.
local meta, pending, damaged, file, follows, seen, counted, inherited, named = unpack(KEYS, 1, 9)
local digest, from, to = ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
if redis.call('HGET', meta, 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local other = redis.call('HGET', pending, digest)
if other then
  return {'WAIT', other}
end
local before = redis.call('HMGET', file, 'to', 'complete', 'attribution')
local at, complete = tonumber(before[1] or -1), before[2] == '1'
local held, attribution = ARGV[9], ARGV[11]
if at >= 0 and (before[3] or '') ~= attribution then
  if (before[3] or '') ~= ARGV[12] or at ~= tonumber(ARGV[13]) then
    return {'ORDER', at}
  end
  redis.call('HSET', file, 'to', '0', 'complete', '0', 'damaged', '0', 'attribution', attribution, 'lines', '0', 'accepted', '0',
    'duplicate', '0', 'unknown_host', '0', 'malformed', '0', 'no_site', '0', 'too_long', '0', 'unknown_site', '0', 'unlisted', '0',
    'unlocated', '0')
  redis.call('ZREM', damaged, digest)
  redis.call('ZREM', named, digest)
  at, complete = 0, false
end
if at >= 0 then
  if to < at or to == at and complete then
    return {'DONE'}
  elseif to == at then
    held = ARGV[10]
  elseif complete or from ~= at then
    return {'ORDER', at}
  end
else
  if from ~= 0 or ARGV[5] ~= '' then
    local broken = redis.call('HMGET', follows, 'to', 'complete', 'followed')
    if ARGV[5] == '' or broken[2] ~= '1' or broken[3] == '1' or from ~= 0 and tonumber(broken[1] or -1) ~= from then
      return {'ORDER', -1}
    end
    redis.call('HSET', follows, 'followed', '1')
    redis.call('ZREM', damaged, ARGV[5])
    redis.call('ZREM', named, ARGV[5])
    for _, root in ipairs(redis.call('SMEMBERS', inherited)) do
      redis.call('SADD', counted, root)
    end
  end
  if to == 0 then
    held = ARGV[10]
  end
  redis.call('HSET', file, 'attribution', attribution, 'name', ARGV[6], 'dataset', ARGV[7], 'size', ARGV[8], 'to', from, 'complete', '0', 'damaged', '0', 'followed', '0', 'at', '0')
end
redis.call('HSET', pending, digest, held)
for i = 10, #KEYS do
  local day = ARGV[14 + 2 * (i - 10)]
  redis.call('ZADD', seen, day, day)
  for _, customer in ipairs(cjson.decode(ARGV[15 + 2 * (i - 10)])) do
    redis.call('SADD', KEYS[i], customer)
  end
end
return {'BEGUN', held}
