-- What every state of Lua begins with. It is given `native` functions of Rust and returns what Rust calls.
local native = ...
local load, xpcall = load, xpcall

-- Only text: bytecode is not verified, and can take the process apart.
function _G.load(chunk, name, _, ...)
  return load(chunk, name, "t", ...)
end

_G.dofile, _G.loadfile, _G.warn, _G.collectgarbage = nil, nil, nil, nil

if os then
  _G.os = { clock = os.clock, date = os.date, difftime = os.difftime, time = os.time }
end

_G.print, _G.null = native.print, native.null

-- Calls `f`; an error comes back as one of Rust, with its stack.
local function invoke(f, ...)
  return xpcall(f, native.caught, ...)
end

return invoke
