throw { name: "an object", code: 1 };
