return { tax = function(net) return math.floor(net * 0.19 + 0.5) end }
