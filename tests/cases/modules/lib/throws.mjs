throw new Error("while it loads");
