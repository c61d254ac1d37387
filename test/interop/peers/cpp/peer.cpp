// The peer of Apache Thrift's C++ library.
//
//   peer server|client HOST:PORT buffered|framed binary|compact [tls=FOLDER] [multiplexed=1] [exotic=1]
#include <cmath>
#include <cstring>
#include <functional>
#include <iostream>
#include <limits>
#include <map>
#include <mutex>
#include <sstream>
#include <thread>

#include <thrift/TApplicationException.h>
#include <thrift/processor/TMultiplexedProcessor.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <thrift/protocol/TMultiplexedProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSSLServerSocket.h>
#include <thrift/transport/TSSLSocket.h>
#include <thrift/transport/TServerSocket.h>
#include <thrift/transport/TSocket.h>

#include "gen/Exotic.h"
#include "gen/InteropNext.h"
#include "gen/exotic_constants.h"
#include "gen/interop_constants.h"

using namespace apache::thrift;
using namespace interop;
using std::make_shared;
using std::shared_ptr;
using std::string;

// Generated code leaves the order of structs, which keys need, to its user.
bool exotic::Place::operator<(const Place& other) const {
  return row != other.row ? row < other.row : column < other.column;
}

namespace {

const char* const NAMES[] = {"full", "empty", "largest", "doubles", "large", "deep", "keys", "defaults"};

Keys keys() {
  Keys all;
  all.byBool = {{true, "yes"}, {false, "no"}};
  all.byI8 = {{-128, "min"}, {127, "max"}};
  all.byI16 = {{-32768, "min"}, {32767, "max"}};
  all.byI32 = {{INT32_MIN, "min"}, {INT32_MAX, "max"}};
  all.byI64 = {{INT64_MIN, "min"}, {INT64_MAX, "max"}};
  all.byDouble = {{0.5, "half"}, {-2.25, "minus"}};
  all.byString = {{"", "empty"}, {"ключ", "key"}};
  all.byBinary = {{"a", "one"}, {string("\x00\xff", 2), "two"}};
  all.byColor = {{Color::RED, "red"}, {Color::NEGATIVE, "negative"}};
  return all;
}

Everything build(const string& name) {
  if (name == "full") return g_interop_constants.FULL;
  if (name == "largest") return g_interop_constants.LARGEST;
  Everything value = name == "defaults" ? Everything() : g_interop_constants.EMPTY;
  value.name = name == "empty" ? "" : name;
  if (name == "doubles") {
    const double infinity = std::numeric_limits<double>::infinity();
    value.real = -0.0;
    value.reals = {0.0, -0.0, std::nan(""), infinity, -infinity, 5e-324,
                   std::numeric_limits<double>::max(), std::numeric_limits<double>::min()};
  } else if (name == "large") {
    value.bytes.clear();
    for (int i = 0; i < 1000000; i++) value.bytes.push_back(static_cast<char>(i * 31));
    value.text.clear();
    for (int i = 0; i < 100000; i++) value.text += "é";
    for (int i = 0; i < 20000; i++) value.longs.push_back(i);
  } else if (name == "deep") {
    Tree tree;
    tree.value = 0;
    for (int level = 1; level <= 20; level++) {
      Tree outer;
      outer.value = level;
      outer.children = {tree};
      tree = outer;
    }
    value.__set_tree(tree);
  } else if (name == "keys") {
    value.__set_keys(keys());
  }
  return value;
}

bool sameBits(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || std::memcmp(&a, &b, sizeof a) == 0;
}

template <typename T>
string differs(const T& expected, const T& actual) {
  if (expected == actual) return "";
  std::ostringstream out;
  out << "expected " << expected << ", got " << actual;
  return out.str().substr(0, 300);
}

string difference(const string& name, Everything actual) {
  Everything expected = build(name);
  if (name == "defaults") {
    const bool same = expected.name == actual.name && expected.color == actual.color &&
                      expected.numberDefault == actual.numberDefault && expected.textDefault == actual.textDefault &&
                      expected.listDefault == actual.listDefault;
    return same ? "" : "defaults differ";
  }
  if (expected.reals.size() != actual.reals.size()) return "reals: wrong size";
  if (!sameBits(expected.real, actual.real)) return "real differs";
  for (size_t i = 0; i < expected.reals.size(); i++) {
    if (!sameBits(expected.reals[i], actual.reals[i])) return "reals differ at " + std::to_string(i);
  }
  expected.reals.clear();
  actual.reals.clear();
  return differs(expected, actual);
}

string combined(bool flag, int tiny, int small, int medium, int64_t big, double real, const string& text,
                const string& bytes, int color, const std::vector<string>& words) {
  std::ostringstream out;
  out << std::boolalpha << flag << '|' << tiny << '|' << small << '|' << medium << '|' << big << '|' << real << '|'
      << text << '|';
  for (const unsigned char byte : bytes) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", byte);
    out << hex;
  }
  out << '|' << color << '|';
  for (size_t i = 0; i < words.size(); i++) out << (i > 0 ? "," : "") << words[i];
  return out.str();
}

class Service : public InteropIf {
 public:
  int32_t baseAdd(const int32_t a, const int32_t b) override { return a + b; }

  void check(string& result, const string& caseName, const Everything& value) override {
    result = difference(caseName, value);
  }

  void produce(Everything& result, const string& caseName) override { result = build(caseName); }

  void echo(Everything& result, const Everything& value) override { result = value; }

  void combine(string& result, const bool flag, const int8_t tiny, const int16_t small, const int32_t medium,
               const int64_t big, const double real, const string& text, const string& bytes, const Color::type color,
               const std::vector<string>& words) override {
    result = combined(flag, tiny, small, medium, big, real, text, bytes, color, words);
  }

  void flip(Shape& result, const Shape& shape) override {
    if (shape.__isset.dot) {
      Point point;
      point.x = shape.dot.y;
      point.y = shape.dot.x;
      result.__set_dot(point);
    } else if (shape.__isset.circle) {
      result.__set_dot(shape.circle.center);
    } else if (shape.__isset.label) {
      result.__set_label(shape.label + "!");
    } else {
      result.__set_polygon({shape.polygon.rbegin(), shape.polygon.rend()});
    }
  }

  void nothing() override {}

  void fail(string& result, const string& kind) override {
    if (kind == "notFound") {
      NotFound error;
      error.message = "not here";
      error.code = 404;
      error.details = {{"key", "value"}};
      throw error;
    }
    if (kind == "denied") {
      Denied error;
      error.reason = "closed";
      throw error;
    }
    if (kind == "undeclared") throw std::runtime_error("undeclared");
    result = kind;
  }

  void remember(const string& text) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    text_ = text;
  }

  void recall(string& result) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    result = text_;
  }

 private:
  std::mutex mutex_;
  string text_;
};

class ExoticService : public exotic::ExoticIf {
 public:
  void checkExotic(string& result, const exotic::ExoticKeys& value) override {
    result = differs(exotic::g_exotic_constants.EXOTIC, value);
  }

  void produceExotic(exotic::ExoticKeys& result) override { result = exotic::g_exotic_constants.EXOTIC; }
};

void report(const string& name, const string& detail) {
  string escaped;
  for (const char c : detail) {
    if (c == '"' || c == '\\') escaped += '\\';
    escaped += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  std::cout << R"({"case":")" << name << R"(","ok":)" << (detail.empty() ? "true" : "false") << R"(,"detail":")"
            << escaped << "\"}" << std::endl;
}

void attempt(const string& name, const std::function<string()>& action) {
  try {
    report(name, action());
  } catch (const std::exception& error) {
    report(name, string("error: ") + error.what());
  }
}

string applicationError(const std::function<void()>& action, const std::vector<int>& types) {
  try {
    action();
    return "returned";
  } catch (const TApplicationException& error) {
    for (const int type : types) {
      if (error.getType() == type) return "";
    }
    return "error of type " + std::to_string(error.getType());
  }
}

Shape shapeOf(const std::function<void(Shape&)>& fill) {
  Shape shape;
  fill(shape);
  return shape;
}

void runUnions(InteropNextClient& client) {
  Point point, turned;
  point.x = turned.y = 1;
  point.y = turned.x = 2;
  Circle circle;
  circle.center = point;
  circle.radius = 1;
  const auto expect = [&client](const string& kind, const Shape& sent, const Shape& wanted) {
    attempt("union of a " + kind, [&] {
      Shape shape;
      client.flip(shape, sent);
      return differs(wanted, shape);
    });
  };
  expect("struct", shapeOf([&](Shape& s) { s.__set_dot(point); }), shapeOf([&](Shape& s) { s.__set_dot(turned); }));
  expect("nested struct", shapeOf([&](Shape& s) { s.__set_circle(circle); }),
         shapeOf([&](Shape& s) { s.__set_dot(point); }));
  expect("string", shapeOf([](Shape& s) { s.__set_label("here"); }), shapeOf([](Shape& s) { s.__set_label("here!"); }));
  expect("list", shapeOf([](Shape& s) { s.__set_polygon({1, 2, 3}); }),
         shapeOf([](Shape& s) { s.__set_polygon({3, 2, 1}); }));
}

void runFailures(InteropNextClient& client) {
  string result;
  attempt("first declared exception", [&]() -> string {
    try {
      client.fail(result, "notFound");
      return "returned " + result;
    } catch (const NotFound& error) {
      const bool same = error.message == "not here" && error.code == 404 && error.details.at("key") == "value";
      return same ? "" : "other fields";
    }
  });
  attempt("second declared exception", [&]() -> string {
    try {
      client.fail(result, "denied");
      return "returned " + result;
    } catch (const Denied& error) {
      return differs(string("closed"), error.reason);
    }
  });
  attempt("undeclared exception", [&] { return applicationError([&] { client.fail(result, "undeclared"); }, {0, 6}); });
  attempt("result beside exceptions", [&] {
    client.fail(result, "fine");
    return differs(string("fine"), result);
  });
  attempt("unknown method", [&] { return applicationError([&] { client.notThere(1); }, {1}); });
}

void run(InteropNextClient& client) {
  for (const string name : NAMES) {
    attempt("check " + name, [&] {
      string result;
      client.check(result, name, build(name));
      return result;
    });
    attempt("produce " + name, [&] {
      Everything value;
      client.produce(value, name);
      return difference(name, value);
    });
    attempt("echo " + name, [&] {
      Everything value;
      client.echo(value, build(name));
      return difference(name, value);
    });
  }
  attempt("several arguments", [&] {
    const string bytes("\x00\xff\n", 3);
    const std::vector<string> words{"a", "ü", ""};
    string result;
    client.combine(result, true, -5, 300, 70000, -5000000000, 2.5, "text", bytes, Color::BLUE, words);
    return differs(combined(true, -5, 300, 70000, -5000000000, 2.5, "text", bytes, Color::BLUE, words), result);
  });
  runUnions(client);
  attempt("void", [&] {
    client.nothing();
    return "";
  });
  attempt("inherited method", [&] { return differs(2147483640, client.baseAdd(2147483647, -7)); });
  runFailures(client);
  attempt("oneway", [&] {
    const string text = "kept " + std::to_string(std::chrono::steady_clock::now().time_since_epoch().count());
    client.remember(text);
    string recalled;
    for (int i = 0; i < 200 && recalled != text; i++) {
      client.recall(recalled);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return differs(text, recalled);
  });
  attempt("200 calls in a row", [&]() -> string {
    for (int i = 0; i < 200; i++) {
      if (client.baseAdd(i, 1) != i + 1) return "wrong sum for " + std::to_string(i);
    }
    return "";
  });
}

struct Options {
  string host;
  int port;
  bool framed;
  bool compact;
  std::map<string, string> named;

  bool has(const string& name) const { return named.count(name) > 0; }
};

Options parse(char** args, int count) {
  const string address = args[0];
  const size_t colon = address.find(':');
  Options options{address.substr(0, colon), std::stoi(address.substr(colon + 1)), string(args[1]) == "framed",
                  string(args[2]) == "compact", {}};
  for (int i = 3; i < count; i++) {
    const string option = args[i];
    const size_t equals = option.find('=');
    options.named[option.substr(0, equals)] = option.substr(equals + 1);
  }
  return options;
}

shared_ptr<protocol::TProtocol> protocolOf(const Options& options, const shared_ptr<transport::TTransport>& wrapped) {
  if (options.compact) return make_shared<protocol::TCompactProtocol>(wrapped);
  return make_shared<protocol::TBinaryProtocol>(wrapped);
}

void serve(const Options& options) {
  shared_ptr<transport::TServerSocket> socket;
  if (options.has("tls")) {
    auto secure = make_shared<transport::TSSLSocketFactory>();
    const string folder = options.named.at("tls");
    secure->server(true);
    secure->loadCertificate((folder + "/cert.pem").c_str());
    secure->loadPrivateKey((folder + "/key.pem").c_str());
    socket = make_shared<transport::TSSLServerSocket>(options.host, options.port, secure);
  } else {
    socket = make_shared<transport::TServerSocket>(options.host, options.port);
  }
  shared_ptr<TProcessor> processor = make_shared<InteropProcessor>(make_shared<Service>());
  if (options.has("exotic")) processor = make_shared<exotic::ExoticProcessor>(make_shared<ExoticService>());
  if (options.has("multiplexed")) {
    auto multiplexed = make_shared<TMultiplexedProcessor>();
    multiplexed->registerProcessor("Interop", processor);
    processor = multiplexed;
  }
  shared_ptr<transport::TTransportFactory> transports = make_shared<transport::TBufferedTransportFactory>();
  if (options.framed) transports = make_shared<transport::TFramedTransportFactory>();
  shared_ptr<protocol::TProtocolFactory> protocols = make_shared<protocol::TBinaryProtocolFactory>();
  if (options.compact) protocols = make_shared<protocol::TCompactProtocolFactory>();
  struct Ready : server::TServerEventHandler {
    explicit Ready(shared_ptr<transport::TServerSocket> socket) : socket(std::move(socket)) {}
    void preServe() override { std::cout << "ready " << socket->getPort() << std::endl; }
    shared_ptr<transport::TServerSocket> socket;
  };
  server::TThreadedServer server(processor, socket, transports, protocols);
  server.setServerEventHandler(make_shared<Ready>(socket));
  std::thread([] {
    while (std::cin.get() != EOF) continue;
    std::_Exit(0);
  }).detach();
  server.serve();
}

void call(const Options& options) {
  transport::TSSLSocketFactory secure;
  shared_ptr<transport::TSocket> socket;
  if (options.has("tls")) {
    secure.loadTrustedCertificates((options.named.at("tls") + "/cert.pem").c_str());
    secure.authenticate(true);
    socket = secure.createSocket("localhost", options.port);
  } else {
    socket = make_shared<transport::TSocket>(options.host, options.port);
  }
  shared_ptr<transport::TTransport> wrapped = make_shared<transport::TBufferedTransport>(socket);
  if (options.framed) wrapped = make_shared<transport::TFramedTransport>(socket);
  auto protocol = protocolOf(options, wrapped);
  if (options.has("multiplexed")) protocol = make_shared<protocol::TMultiplexedProtocol>(protocol, "Interop");
  wrapped->open();
  if (options.has("exotic")) {
    exotic::ExoticClient client(protocol);
    attempt("check exotic keys", [&] {
      string result;
      client.checkExotic(result, exotic::g_exotic_constants.EXOTIC);
      return result;
    });
    attempt("produce exotic keys", [&] {
      exotic::ExoticKeys value;
      client.produceExotic(value);
      return differs(exotic::g_exotic_constants.EXOTIC, value);
    });
  } else {
    InteropNextClient client(protocol);
    run(client);
  }
  wrapped->close();
}

}  // namespace

int main(int count, char** args) {
  const Options options = parse(args + 2, count - 2);
  if (string(args[1]) == "server") {
    serve(options);
  } else {
    call(options);
  }
}
