#!lua
-- Ends a piece of work, or puts it back. KEYS: meta, the stream, the state of the piece.
-- ARGV: store, the group of the workers, the entry, the id of the piece, the worker that
-- puts it back or nothing, the state that it ends in, and for how many milliseconds that
-- is kept.
--
-- Whoever did a piece may say so, also when another worker has it by now: that one's
-- entry goes, and what was done stays done.
local stream, group, entry = KEYS[2], ARGV[2], ARGV[3]
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
if redis.call('EXISTS', stream) == 1 then
  if ARGV[5] ~= '' then
    local held = redis.pcall('XPENDING', stream, group, entry, entry, 1)
    if held.err or #held == 0 or held[1][2] ~= ARGV[5] then
      return 0
    end
  end
  redis.pcall('XACK', stream, group, entry)
  redis.call('XDEL', stream, entry)
end
if ARGV[5] ~= '' then
  redis.call('XADD', stream, '*', 'id', ARGV[4])
elseif string.sub(redis.call('GET', KEYS[3]) or '', 1, 1) ~= 'd' then
  redis.call('SET', KEYS[3], ARGV[6], 'PX', ARGV[7])
end
return 1
