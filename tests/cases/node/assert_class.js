// assert.Assert: assertions with options of their own.
const assert=require('assert');
const t=(f)=>{try{f();console.log('none')}catch(e){console.log(e.name,e.code,JSON.stringify(e.message),e.operator,e.generatedMessage,e.diff)}};
const {Assert}=assert;
t(()=>Assert()); t(()=>new Assert({diff:'x'})); 
const a=new Assert(); t(()=>a.equal(1,'1')); t(()=>a.deepEqual([1],['1'])); t(()=>new Assert({strict:false}).equal(1,'1')); t(()=>new Assert({strict:false}).equal(1,'2')); t(()=>a.ok(0)); t(()=>a.throws(()=>{})); console.log(Object.keys(a).join(), a instanceof Assert);
const b=new Assert({diff:'full'}); const x=Array.from({length:60},(_,i)=>i), y=x.slice(); y[30]=-1; t(()=>b.deepStrictEqual(x,y)); t(()=>a.deepStrictEqual(x,y));t(()=>{const {strictEqual}=b; strictEqual(1,2)});
class A { constructor() { this.x = 1; } }
class B { constructor() { this.x = 1; } }
t(() => new Assert({ skipPrototype: true }).deepStrictEqual(new A(), new B()));
t(() => new Assert().deepStrictEqual(new A(), new B()));
