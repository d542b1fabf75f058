#!lua
-- Queues pieces of work. KEYS: meta, the stream, and the state of each piece. ARGV:
-- store, the group of the workers, 1 to queue failed pieces anew, for how many
-- milliseconds a queue is kept that nobody uses, after how many a worker is forgotten
-- that has nothing, and the id of each piece.
--
-- A state is q while a piece is queued, and d or f with a note when it is done or
-- failed. A queued piece is an entry of the stream until it is settled: where the
-- stream has none, the pieces that are queued were lost.
--
-- Answers the states as they were, nothing for a piece that was not there.
local stream, group = KEYS[2], ARGV[2]
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local made = redis.pcall('XGROUP', 'CREATE', stream, group, '0', 'MKSTREAM')
if made.err and string.sub(made.err, 1, 9) ~= 'BUSYGROUP' then
  return made
end
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local is = {}
  for i = 1, #consumer, 2 do
    is[consumer[i]] = consumer[i + 1]
  end
  if is.pending == 0 and is.idle > tonumber(ARGV[5]) then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, is.name)
  end
end
local lost = redis.call('XLEN', stream) == 0
local before = {}
for i = 3, #KEYS do
  local state = redis.call('GET', KEYS[i]) or ''
  local is = string.sub(state, 1, 1)
  if is == '' or is == 'f' and ARGV[3] == '1' or is == 'q' and lost then
    redis.call('XADD', stream, '*', 'id', ARGV[i + 3])
    redis.call('SET', KEYS[i], 'q', 'PX', ARGV[4])
    if is == 'f' then
      state = ''
    end
  elseif is == 'q' then
    redis.call('PEXPIRE', KEYS[i], ARGV[4])
  end
  before[i - 2] = state
end
redis.call('PEXPIRE', stream, ARGV[4])
return before
