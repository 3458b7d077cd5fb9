export default "settings by #settings";
