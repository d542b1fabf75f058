#!lua
-- The audit log, for the scripts that follow on this text. Its entries are a stream,
-- with their numbers for ids; of each customer and subject a sorted set lists them.
--
-- KEYS: meta, the stream, and behind `keys` for each entry the sets of its customer and
-- its subject. ARGV behind `args`: number and hash of the entry that the first follows
-- on, how many entries, and for each its number, its hash and itself.
--
-- chain answers nothing where the entries may be appended, and a reply where they
-- already are ({"OK"}) or the log went on meanwhile ({"MOVED", number, hash}). Its
-- second answer appends them.
local function chain(keys, args)
  local meta, stream = KEYS[1], KEYS[2]
  if redis.call('HGET', meta, 'id') ~= ARGV[1] then
    return redis.error_reply('REPLACED the store is not the one that was opened')
  end
  local number, hash, count = ARGV[args + 1], ARGV[args + 2], tonumber(ARGV[args + 3])
  local is = {redis.call('HGET', meta, 'audit') or '0', redis.call('HGET', meta, 'audit_hash') or ''}
  if is[1] ~= number or is[2] ~= hash then
    local last = args + 3 + 3 * (count - 1)
    local found = count > 0 and redis.call('XRANGE', stream, ARGV[last + 1] .. '-0', ARGV[last + 1] .. '-0')[1]
    if found and found[2][2] == ARGV[last + 2] then
      return {'OK'}
    end
    return {'MOVED', is[1], is[2]}
  end
  return nil, function()
    for i = 0, count - 1 do
      local at = args + 3 + 3 * i
      redis.call('XADD', stream, ARGV[at + 1] .. '-0', 'h', ARGV[at + 2], 'e', ARGV[at + 3])
      redis.call('ZADD', KEYS[keys + 2 * i + 1], ARGV[at + 1], ARGV[at + 1])
      redis.call('ZADD', KEYS[keys + 2 * i + 2], ARGV[at + 1], ARGV[at + 1])
      redis.call('HSET', meta, 'audit', ARGV[at + 1], 'audit_hash', ARGV[at + 2])
    end
    return {'OK'}
  end
end
