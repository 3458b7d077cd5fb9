-- What every state of Lua begins with. It is given `native` functions of Rust and returns what Rust calls.
local native = ...
local load, pcall, xpcall, resume = load, pcall, xpcall, coroutine.resume

-- Only text: bytecode is not verified, and can take the process apart.
function _G.load(chunk, name, _, ...)
  return load(chunk, name, "t", ...)
end

_G.dofile, _G.loadfile, _G.warn, _G.collectgarbage = nil, nil, nil, nil

if os then
  _G.os = { clock = os.clock, date = os.date, difftime = os.difftime, time = os.time }
end

_G.print, _G.null = native.print, native.null

-- A program that has used up its instructions cannot go on by catching the error that says so.
local function checked(ok, ...)
  if not ok then native.check() end
  return ok, ...
end

function _G.pcall(...)
  return checked(pcall(...))
end

function _G.xpcall(...)
  return checked(xpcall(...))
end

function coroutine.resume(...)
  return checked(resume(...))
end

-- Calls `f`; an error comes back as one of Rust, with its stack.
local function invoke(f, ...)
  return xpcall(f, native.caught, ...)
end

return invoke
