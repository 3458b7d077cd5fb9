export type Nothing = null;
