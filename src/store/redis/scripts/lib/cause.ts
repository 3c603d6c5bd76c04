/** Causes: what failures have in common. */

export const CAUSE = String.raw`
-- The latest error of a job is of no cause any more.
local function forgetCause(j)
  if not j.g then return end
  call('SREM', P .. ':cause:' .. j.g .. ':jobs', j.id)
  unset(j, 'g')
end

-- Counts the end of an attempt for the cause of its error.
local function noteCause(j, error)
  local fingerprint = error.fingerprint
  if not fingerprint then return forgetCause(j) end
  local id = call('HGET', P .. ':causeids', fingerprint)
  if not id then
    id = fmt(call('HINCRBY', P .. ':meta', 'cause', '1'))
    call('HSET', P .. ':causeids', fingerprint, id)
    call('HSET', P .. ':cause:' .. id, 'fingerprint', fingerprint, 'firstAt', NOW, 'failed', '0')
  end
  local key = P .. ':cause:' .. id
  call('HSET', key, 'class', error.class, 'message', error.message, 'lastAt', NOW, 'job', j.id, 'attempt', j.n)
  call('HINCRBY', key, 'count', '1')
  call('ZADD', P .. ':causes', NOW, id)
  if j.g == id then return end
  forgetCause(j)
  call('SADD', key .. ':jobs', j.id)
  set(j, 'g', id)
end
`;
