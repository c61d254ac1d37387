/** A running server of streams. */
export interface StreamServer {
  readonly port: number;
}

/** A client whose streams share as few connections as its stack allows. */
export interface StreamClient {
  /** Opens a stream of so many small messages and takes all of them; calls `first` with the first one. */
  count(messages: number, first?: () => void): Promise<void>;
  /** Opens a stream that sends one message and stays open; resolves with that message. */
  hold(): Promise<void>;
}

/** A stack in Node, server and client in processes of their own. */
export interface StreamPeer {
  startServer(): Promise<StreamServer>;
  connect(port: number): Promise<StreamClient>;
}

/** What one round of load gave. */
export interface StreamLoad {
  readonly messages: number;
  readonly seconds: number;
  /** CPU time of the client. */
  readonly cpuNs: number;
}
