globalThis.loads = (globalThis.loads ?? 0) + 1; throw new Error(`load ${globalThis.loads}`);
