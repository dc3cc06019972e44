/** The settings of one Redis or Valkey; the store and the cache have one each. */
import type * as z from "zod";
import { isLoopback } from "./address.ts";
import { address, password } from "./instance_schema.ts";
import { setting, text } from "./setting.ts";

/** What is set below `store` or `cache` about its Redis, and the text of the file the launcher has read. */
export interface RedisSettings {
  redis_url?: string;
  redis_username?: string;
  redis_password?: z.infer<typeof password>;
  redis_ca_file?: string;
  redis_ca?: string;
}

interface RedisShape {
  redis_url: z.ZodExactOptional<z.ZodType<string, string>>;
  redis_username: z.ZodExactOptional<z.ZodString>;
  redis_password: z.ZodExactOptional<typeof password>;
  redis_ca_file: z.ZodExactOptional<z.ZodString>;
}

/** The settings of a Redis; `what` says in their descriptions what it is for. */
export const redisSettings = (what: string): RedisShape => ({
  redis_url: setting(
    `Address of a Redis or Valkey that replicas share as their ${what}: redis://host:6379/0, or rediss:// over TLS`,
    address(readRedisAddress).exactOptional(),
  ),
  redis_username: setting("Its ACL user, where it has one", text.exactOptional()),
  redis_password: setting("Its password", password.exactOptional()),
  redis_ca_file: setting("PEM file with the certificate authority that signed its certificate", text.exactOptional()),
});

/** Reads the address of a Redis; credentials have settings of their own. */
export function readRedisAddress(written: string): { url: string; dropped: string } | { problem: string } {
  const value = written.trim();
  if (value.includes("@")) {
    return { problem: "it holds a user name or password. Write the address alone, and them in settings of their own" };
  }
  if (!/^rediss?:\/\/[^/?#]+(\/\d{0,3})?$/.test(value) || !URL.canParse(value)) {
    return {
      problem: `${JSON.stringify(written)} is no address of a Redis. Write it like redis://redis.example.com:6379/0`,
    };
  }
  return { url: value.replace(/\/$/, ""), dropped: "" };
}

/** What does not fit together in the settings of a Redis. */
export function checkRedis(
  path: "store" | "cache",
  settings: RedisSettings,
  key: unknown,
  refuse: (path: string, why: string) => void,
  warnings: string[],
): void {
  const { redis_url: url, redis_password: password } = settings;
  if (url === undefined) {
    const lone = (["redis_username", "redis_password", "redis_ca_file"] as const).find((one) => settings[one]);
    if (lone !== undefined) refuse(`${path}.${lone}`, `there is no Redis it belongs to. Set ${path}.redis_url too`);
    return;
  }
  if (key === undefined) {
    refuse(
      `${path}.redis_url`,
      "replicas seal what they share with one secret. Set store.key, the same on each of them",
    );
  }
  const { protocol, hostname } = new URL(url);
  if (protocol === "redis:" && password !== undefined && !isLoopback(hostname)) {
    warnings.push(`The password of ${path}.redis_url travels readable; rediss:// (TLS) hides it.`);
  }
}
