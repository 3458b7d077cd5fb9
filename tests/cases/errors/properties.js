throw Object.assign(new Error("with properties"), { code: "E_PROPS", status: 404 });
