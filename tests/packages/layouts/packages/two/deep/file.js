export default (text) => `deep ${text}`;
