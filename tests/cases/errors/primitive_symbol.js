throw Symbol("a symbol");
