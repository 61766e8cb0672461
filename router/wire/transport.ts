/** Bytes to and from a router's shell: no prompt, no VyOS. A file or a pair of pipes can play the router. */

export interface Transport {
  open(): Promise<void>;
  /** At least one byte; an empty buffer means closed. */
  read(): Promise<Buffer>;
  write(bytes: Buffer): Promise<void>;
  close(): Promise<void>;
}
