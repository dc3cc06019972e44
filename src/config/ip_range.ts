/**
 * Whether a text is an IPv4 or IPv6 address, or a range of them in CIDR form. `node:net` would tell as well, but takes
 * 20 ms to load at every start.
 */
export function isIpRange(text: string): boolean {
  const [address = "", bits, ...more] = text.split("/");
  const most = isIpv4(address) ? 32 : isIpv6(address) ? 128 : -1;
  if (most < 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most);
}

function isIpv4(text: string): boolean {
  return /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(text) && !/(?:^|\.)0\d/.test(text);
}

function isIpv6(text: string): boolean {
  return /^[\da-f:.]+$/i.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`);
}
