#!lua
-- Begins the lease of a piece of work anew, for the worker that has it. KEYS: meta, the
-- stream. ARGV: store, the group of the workers, the entry, the worker. Answers 1, or 0
-- where it has the piece no more.
if redis.call('HGET', KEYS[1], 'id') ~= ARGV[1] then
  return redis.error_reply('REPLACED the store is not the one that was opened')
end
local held = redis.pcall('XPENDING', KEYS[2], ARGV[2], ARGV[3], ARGV[3], 1)
if held.err or #held == 0 or held[1][2] ~= ARGV[4] then
  return 0
end
redis.call('XCLAIM', KEYS[2], ARGV[2], ARGV[4], '0', ARGV[3], 'JUSTID')
return 1
