// jose: signs and verifies by Web Crypto
import { base64url, decodeJwt, jwtVerify, SignJWT } from "jose";
import { step } from "../lib/step.cjs";

step("encoding", () => [base64url.encode("hi?>"), new TextDecoder().decode(base64url.decode("aGk_Pg"))]);
step("decode", () => decodeJwt("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ."));
step("sign and verify", async () => { const secret = new TextEncoder().encode("a secret of thirty-two characters"); const token = await new SignJWT({ a: 1 }).setProtectedHeader({ alg: "HS256" }).setIssuedAt(1).sign(secret); return (await jwtVerify(token, secret)).payload; });
