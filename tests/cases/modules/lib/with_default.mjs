export default class D {}; export let count = 1; export function inc() { count++; }
