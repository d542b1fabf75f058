#!lua
-- Appends entries to the ledger, each id once. KEYS: meta, the stream, the numbers of
-- ids, and for each entry the sorted set of its customer. ARGV: store, and for each
-- entry its id and itself. Answers for each its number and, where the id was there
-- before, what is kept of it.
local meta, stream, ids = KEYS[1], KEYS[2], KEYS[3]
if redis.call('HGET', meta, 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
-- Numbers are microseconds since the first entry, so that a primary that lost its
-- newest entries in a failover does not give their numbers to others.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local last = tonumber(redis.call('HGET', meta, 'ledger') or 0)
local first = tonumber(redis.call('HGET', meta, 'ledger_first') or now)
if last == 0 then
  redis.call('HSET', meta, 'ledger_first', string.format('%.0f', now))
end
local seq = math.max(now - first, last + 1) - 1
local answer = {}
for i = 0, (#ARGV - 1) / 2 - 1 do
  local id, entry = ARGV[2 + 2 * i], ARGV[3 + 2 * i]
  local number = redis.call('HGET', ids, id)
  if number then
    answer[#answer + 1] = number
    answer[#answer + 1] = redis.call('XRANGE', stream, number .. '-0', number .. '-0')[1][2][2]
  else
    seq = seq + 1
    number = string.format('%.0f', seq)
    redis.call('XADD', stream, number .. '-0', 'e', entry)
    redis.call('HSET', ids, id, number)
    redis.call('ZADD', KEYS[4 + i], number, number)
    redis.call('HSET', meta, 'ledger', number)
    answer[#answer + 1] = number
    answer[#answer + 1] = ''
  end
end
return answer
