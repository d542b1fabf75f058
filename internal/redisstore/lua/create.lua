#!lua
-- Makes a new store with the id ARGV[1] in the format ARGV[2], unless there is
-- one. Answers nothing where traces of a store are left that lost its id.
local meta, heads, changes = KEYS[1], KEYS[2], KEYS[4]
if redis.call('HEXISTS', meta, 'id') == 1 then
  return 1
end
if redis.call('EXISTS', heads, changes) > 0 then
  return redis.error_reply('DAMAGED the store lost the key ' .. meta)
end
redis.call('HSET', meta, 'id', ARGV[1], 'format', ARGV[2])
return 1
