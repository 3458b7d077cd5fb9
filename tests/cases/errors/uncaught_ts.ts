// Positions are those of the TypeScript text, types and all.
interface Options {
  readonly name: string;
  readonly size?: number;
}

enum Level { Low, High }

type Pair<T> = [T, T];

function check(options: Options, level: Level = Level.High): Pair<string> {
  if (options.size === undefined) throw new Error(`${options.name} has no size at level ${Level[level]}`);
  return [options.name, options.name];
}

check({ name: "box" } satisfies Options);
