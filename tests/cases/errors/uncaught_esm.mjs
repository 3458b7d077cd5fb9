console.log("before");
class Service {
  static find(id) {
    throw new RangeError(`no service ${id}`);
  }
}
Service.find(7);
