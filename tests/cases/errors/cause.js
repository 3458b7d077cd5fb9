const root = new Error("disk is full");
const middle = new Error("cannot write the file", { cause: root });
throw new Error("cannot save", { cause: middle });
