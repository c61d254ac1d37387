package peer;

import exotic.Exotic;
import interop.Interop;
import interop.InteropNext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashMap;
import java.util.Map;
import org.apache.thrift.TMultiplexedProcessor;
import org.apache.thrift.TProcessor;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMultiplexedProtocol;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolFactory;
import org.apache.thrift.server.TThreadPoolServer;
import org.apache.thrift.transport.TSSLTransportFactory;
import org.apache.thrift.transport.TSSLTransportFactory.TSSLTransportParameters;
import org.apache.thrift.transport.TServerSocket;
import org.apache.thrift.transport.TSocket;
import org.apache.thrift.transport.TTransport;
import org.apache.thrift.transport.TTransportFactory;
import org.apache.thrift.transport.layered.TFramedTransport;

/**
 * The peer of Apache Thrift's Java library.
 *
 * <pre>server|client HOST:PORT buffered|framed binary|compact [tls=FOLDER] [multiplexed=1] [exotic=1]</pre>
 */
public final class Main {
  private static final String PASSWORD = "interop";

  private final String host;
  private final int port;
  private final boolean framed;
  private final TProtocolFactory protocols;
  private final Map<String, String> options = new HashMap<>();

  private Main(String[] args) {
    String[] address = args[1].split(":");
    host = address[0];
    port = Integer.parseInt(address[1]);
    framed = args[2].equals("framed");
    protocols =
        args[3].equals("compact") ? new TCompactProtocol.Factory() : new TBinaryProtocol.Factory();
    for (int i = 4; i < args.length; i++) {
      String[] option = args[i].split("=", 2);
      options.put(option[0], option[1]);
    }
  }

  private void serve() throws Exception {
    TServerSocket socket;
    if (options.containsKey("tls")) {
      TSSLTransportParameters parameters = new TSSLTransportParameters();
      parameters.setKeyStore(options.get("tls") + "/keys.p12", PASSWORD, null, "PKCS12");
      socket = TSSLTransportFactory.getServerSocket(port, 0, InetAddress.getByName(host), parameters);
    } else {
      ServerSocket plain = new ServerSocket();
      plain.bind(new InetSocketAddress(host, port));
      socket = new TServerSocket(plain);
    }
    Service service = new Service();
    TProcessor processor =
        options.containsKey("exotic")
            ? new Exotic.Processor<>(service)
            : new Interop.Processor<>(service);
    if (options.containsKey("multiplexed")) {
      TMultiplexedProcessor multiplexed = new TMultiplexedProcessor();
      multiplexed.registerProcessor("Interop", processor);
      processor = multiplexed;
    }
    TThreadPoolServer.Args settings =
        new TThreadPoolServer.Args(socket).processor(processor).protocolFactory(protocols);
    settings.transportFactory(framed ? new TFramedTransport.Factory() : new TTransportFactory());
    System.out.println("ready " + socket.getServerSocket().getLocalPort());
    Thread watcher = new Thread(Main::exitWithInput);
    watcher.setDaemon(true);
    watcher.start();
    new TThreadPoolServer(settings).serve();
  }

  private static void exitWithInput() {
    try {
      System.in.readAllBytes();
    } catch (java.io.IOException error) {
      System.err.println(error);
    }
    Runtime.getRuntime().halt(0);
  }

  private void call() throws Exception {
    TTransport transport;
    if (options.containsKey("tls")) {
      TSSLTransportParameters parameters = new TSSLTransportParameters();
      parameters.setTrustStore(options.get("tls") + "/trust.p12", PASSWORD, null, "PKCS12");
      transport = TSSLTransportFactory.getClientSocket("localhost", port, 10_000, parameters);
    } else {
      transport = new TSocket(host, port, 10_000);
    }
    if (framed) transport = new TFramedTransport(transport);
    if (!transport.isOpen()) transport.open();
    TProtocol protocol = protocols.getProtocol(transport);
    if (options.containsKey("multiplexed")) protocol = new TMultiplexedProtocol(protocol, "Interop");
    if (options.containsKey("exotic")) Calls.runExotic(new Exotic.Client(protocol));
    else new Calls(new InteropNext.Client(protocol)).run();
    transport.close();
  }

  public static void main(String[] args) throws Exception {
    Main main = new Main(args);
    if (args[0].equals("server")) main.serve();
    else main.call();
  }
}
