#!lua
-- One atomic step over the log of the store. KEYS are the keys of the log, all
-- of one slot, and in the mode "direct" the customers' body keys behind them.
--
-- ARGV: store, mode, transaction, intent, and for each write a customer, the
-- version expected or -1, the digest of day and settings, the id of the body or
-- nothing where none was prepared, and in the mode "direct" the body.
--
-- mode "begin"   decides and records the intent to write
-- mode "commit"  decides again and makes the prepared bodies versions
-- mode "direct"  decides, stores the bodies and makes them versions
--
-- Answers: {"OK", seq, number, id, number, id, ...} with the version that stands
-- after each write, {"REPLAY", seq, number, id, ...} where this transaction was
-- committed before (number 0: the write appended nothing then),
-- {"CONFLICT", write, number}, {"STALE"} and {"GONE"}.
local meta, heads, customers, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local intents, started, aborted = KEYS[5], KEYS[6], KEYS[7]
local logkeys, fixed = 7, 4
local store, mode, tx, intent = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local stride = mode == 'direct' and 5 or 4
local count = (#ARGV - fixed) / stride

if redis.call('HGET', meta, 'id') ~= store then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end

-- A head is the sequence number of the newest version in 16 digits, its digest
-- in 32 bytes, and the body ids of all versions, 12 bytes each.
local function number_of(head) return head == '' and 0 or (#head - 48) / 12 end
local function place_of(head, id)
  local at = id ~= '' and string.find(head, id, 49, true)
  return at and (at - 49) / 12 + 1
end

-- One call with many arguments costs much less than many calls.
local function portions(list, f)
  for at = 1, #list, 1000 do
    f(at, unpack(list, at, math.min(at + 999, #list)))
  end
end

local before, names = {}, {}
for i = 0, count - 1 do
  local customer = ARGV[fixed + i * stride + 1]
  if before[customer] == nil then
    before[customer] = ''
    names[#names + 1] = customer
  end
end
portions(names, function(at, ...)
  for i, head in ipairs(redis.call('HMGET', heads, ...)) do
    before[names[at + i - 1]] = head or ''
  end
end)
local replayed = false
for i = 0, count - 1 do
  local customer, id = ARGV[fixed + i * stride + 1], ARGV[fixed + i * stride + 4]
  replayed = replayed or place_of(before[customer], id)
end
local last = tonumber(redis.call('HGET', meta, 'seq') or 0)

if replayed then
  local answer = {'REPLAY', string.format('%.0f', last)}
  for i = 0, count - 1 do
    local customer, id = ARGV[fixed + i * stride + 1], ARGV[fixed + i * stride + 4]
    answer[#answer + 1] = place_of(before[customer], id) or 0
    answer[#answer + 1] = id
  end
  return answer
end
if mode == 'commit' and redis.call('HEXISTS', intents, tx) == 0 then
  return {'GONE'}
end

local after, appended, unused = {}, {}, false
local answer = {'OK', ''}
for i = 0, count - 1 do
  local at = fixed + i * stride
  local customer, expect, digest, id = ARGV[at + 1], tonumber(ARGV[at + 2]), ARGV[at + 3], ARGV[at + 4]
  local head = after[customer] or before[customer]
  local number = number_of(head)
  if number > 0 and string.sub(head, 17, 48) == digest then
    unused = unused or id ~= ''
  elseif expect ~= -1 and expect ~= number then
    return {'CONFLICT', i, number}
  elseif id == '' then
    return {'STALE'}
  else
    number = number + 1
    head = '0000000000000000' .. digest .. string.sub(head, 49) .. id
    after[customer] = head
    appended[#appended + 1] = {i, customer, number}
  end
  answer[#answer + 1] = number
  answer[#answer + 1] = string.sub(head, -12)
end

local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
if mode == 'begin' then
  if #appended > 0 then
    redis.call('HSET', intents, tx, intent)
    redis.call('ZADD', started, string.format('%.0f', now), tx)
  end
  answer[2] = string.format('%.0f', last)
  return answer
end

-- Sequence numbers are microseconds since the first change, so that a primary
-- that lost its newest changes in a failover does not give their numbers to
-- others.
local first = tonumber(redis.call('HGET', meta, 'first') or now)
if #appended > 0 and last == 0 then
  redis.call('HSET', meta, 'first', string.format('%.0f', now))
end
local seq = math.max(now - first, last + 1) - 1
for _, a in ipairs(appended) do
  seq = seq + 1
  redis.call('XADD', changes, string.format('%.0f-0', seq), 'c', a[2], 'n', string.format('%d', a[3]))
  if mode == 'direct' then
    redis.call('HSET', KEYS[logkeys + a[1] + 1], ARGV[fixed + a[1] * stride + 4], ARGV[fixed + a[1] * stride + 5])
  end
end
local changed, new, stamp = {}, {}, string.format('%016.0f', seq)
for _, customer in ipairs(names) do
  local head = after[customer]
  if head then
    changed[#changed + 1] = customer
    changed[#changed + 1] = stamp .. string.sub(head, 17)
    if before[customer] == '' then
      new[#new + 1] = 0
      new[#new + 1] = customer
    end
  end
end
portions(changed, function(_, ...) redis.call('HSET', heads, ...) end)
portions(new, function(_, ...) redis.call('ZADD', customers, ...) end)
if #appended > 0 then
  redis.call('HSET', meta, 'seq', string.format('%.0f', seq))
  last = seq
end
if mode == 'commit' then
  if unused then
    redis.call('HSET', aborted, tx, redis.call('HGET', intents, tx))
  end
  redis.call('HDEL', intents, tx)
  redis.call('ZREM', started, tx)
end
answer[2] = string.format('%.0f', last)
return answer
