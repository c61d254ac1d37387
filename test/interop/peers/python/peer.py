"""The peer of Apache Thrift's Python library.

    peer.py server|client HOST:PORT buffered|framed binary|compact [tls=FOLDER] [multiplexed=1] [threads=COUNT]
"""

import copy
import json
import math
import os
import ssl
import struct
import sys
import threading
import time

from thrift import Thrift
from thrift.protocol import TBinaryProtocol, TCompactProtocol, TMultiplexedProtocol
from thrift.server import TServer
from thrift.TMultiplexedProcessor import TMultiplexedProcessor
from thrift.transport import TSocket, TSSLSocket, TTransport

from interop import Interop, InteropNext
from interop.constants import EMPTY, FULL, LARGEST
from interop.ttypes import Circle, Color, Denied, Everything, Keys, NotFound, Point, Shape, Tree

NAMES = ["full", "empty", "largest", "doubles", "large", "deep", "keys", "defaults"]


def build(name):
    if name in ("full", "largest"):
        return FULL if name == "full" else LARGEST
    value = Everything() if name == "defaults" else copy.deepcopy(EMPTY)
    value.name = "" if name == "empty" else name
    if name == "doubles":
        value.real = -0.0
        value.reals = [0.0, -0.0, math.nan, math.inf, -math.inf, 5e-324, sys.float_info.max, sys.float_info.min]
    elif name == "large":
        value.bytes = bytes((i * 31) & 255 for i in range(1_000_000))
        value.text = "é" * 100_000
        value.longs = list(range(20_000))
    elif name == "deep":
        value.tree = Tree(value=0, children=[], named={})
        for level in range(1, 21):
            value.tree = Tree(value=level, children=[value.tree], named={})
    elif name == "keys":
        value.keys = Keys(
            byBool={True: "yes", False: "no"},
            byI8={-128: "min", 127: "max"},
            byI16={-32768: "min", 32767: "max"},
            byI32={-(2**31): "min", 2**31 - 1: "max"},
            byI64={-(2**63): "min", 2**63 - 1: "max"},
            byDouble={0.5: "half", -2.25: "minus"},
            byString={"": "empty", "ключ": "key"},
            byBinary={b"a": "one", b"\x00\xff": "two"},
            byColor={Color.RED: "red", Color.NEGATIVE: "negative"},
        )
    return value


def bits(numbers):
    return [None if math.isnan(number) else struct.pack(">d", number) for number in numbers]


def differs(expected, actual):
    return "" if expected == actual else f"expected {expected!r}, got {actual!r}"[:300]


def difference(name, received):
    if received is None:
        return "nothing received"
    expected, actual = copy.copy(build(name)), copy.copy(received)
    if name == "defaults":
        fields = ("name", "color", "numberDefault", "textDefault", "listDefault")
        return differs([getattr(expected, f) for f in fields], [getattr(actual, f) for f in fields])
    found = differs(bits([expected.real, *expected.reals]), bits([actual.real, *actual.reals]))
    expected.reals = actual.reals = None
    for field in vars(expected):
        found = found or differs(getattr(expected, field), getattr(actual, field)) and (
            f"{field}: {differs(getattr(expected, field), getattr(actual, field))}"
        )
    return found


def combined(flag, tiny, small, medium, big, real, text, data, color, words):
    first = f"{str(flag).lower()}|{tiny}|{small}|{medium}|{big}|{real}|{text}"
    return f"{first}|{data.hex()}|{color}|{','.join(words)}"


class Service:
    """Serves Interop."""

    text = ""

    def baseAdd(self, a, b):
        return a + b

    def check(self, caseName, value):
        return difference(caseName, value)

    def produce(self, caseName):
        return build(caseName)

    def echo(self, value):
        return value

    def combine(self, *args):
        return combined(*args)

    def flip(self, shape):
        if shape.dot is not None:
            return Shape(dot=Point(shape.dot.y, shape.dot.x))
        if shape.circle is not None:
            return Shape(dot=shape.circle.center)
        if shape.label is not None:
            return Shape(label=shape.label + "!")
        return Shape(polygon=shape.polygon[::-1])

    def nothing(self):
        pass

    def fail(self, kind):
        if kind == "notFound":
            raise NotFound("not here", 404, {"key": "value"})
        if kind == "denied":
            raise Denied("closed")
        if kind == "undeclared":
            raise RuntimeError("undeclared")
        return kind

    def remember(self, text):
        Service.text = text

    def recall(self):
        return Service.text


def parse(args):
    host, port = args[0].split(":")
    options = dict(option.split("=") for option in args[3:])
    transport = TTransport.TFramedTransportFactory() if args[1] == "framed" else TTransport.TBufferedTransportFactory()
    protocol = (
        TCompactProtocol.TCompactProtocolFactory()
        if args[2] == "compact"
        else TBinaryProtocol.TBinaryProtocolFactory()
    )
    return host, int(port), transport, protocol, options


def serve(args):
    host, port, transport, protocol, options = parse(args)
    if "tls" in options:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*(os.path.join(options["tls"], name) for name in ("cert.pem", "key.pem")))
        socket = TSSLSocket.TSSLServerSocket(host, port, ssl_context=context)
    else:
        socket = TSocket.TServerSocket(host, port)
    socket.listen()
    socket.listen = lambda: None
    processor = Interop.Processor(Service())
    if "multiplexed" in options:
        multiplexed = TMultiplexedProcessor()
        multiplexed.registerProcessor("Interop", processor)
        processor = multiplexed
    if "threads" in options:
        server = TServer.TThreadPoolServer(processor, socket, transport, protocol, daemon=True)
        server.setNumThreads(int(options["threads"]))
    else:
        server = TServer.TThreadedServer(processor, socket, transport, protocol, daemon=True)
    print("ready", socket.handle.getsockname()[1], flush=True)
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    server.serve()


def report(name, detail):
    print(json.dumps({"case": name, "ok": not detail, "detail": detail}), flush=True)


def attempt(name, action):
    try:
        report(name, action())
    except Exception as error:  # what a call may raise is what is being tried
        report(name, f"{type(error).__name__}: {error}")


def raised(action, expected):
    try:
        return f"returned {action()!r}"
    except type(expected) as error:
        return differs(expected, error)


def application_error(action, types):
    try:
        return f"returned {action()!r}"
    except Thrift.TApplicationException as error:
        return "" if error.type in types else f"error of type {error.type}"


def oneway(client):
    text = f"kept {time.time_ns()}"
    client.remember(text)
    recalled = ""
    for _ in range(200):
        recalled = client.recall()
        if recalled == text:
            break
        time.sleep(0.005)
    return differs(text, recalled)


def many(client):
    wrong = (i for i in range(200) if client.baseAdd(i, 1) != i + 1)
    return "".join(f"wrong sum for {i}" for i in wrong)


def run(client):
    for name in NAMES:
        attempt(f"check {name}", lambda: client.check(name, build(name)))
        attempt(f"produce {name}", lambda: difference(name, client.produce(name)))
        attempt(f"echo {name}", lambda: difference(name, client.echo(build(name))))
    arguments = (True, -5, 300, 70000, -5000000000, 2.5, "text", b"\x00\xff\n", Color.BLUE, ["a", "ü", ""])
    attempt("several arguments", lambda: differs(combined(*arguments), client.combine(*arguments)))
    point = Point(1, 2)
    shapes = {
        "struct": (Shape(dot=point), Shape(dot=Point(2, 1))),
        "nested struct": (Shape(circle=Circle(point, 1.0)), Shape(dot=point)),
        "string": (Shape(label="here"), Shape(label="here!")),
        "list": (Shape(polygon=[1, 2, 3]), Shape(polygon=[3, 2, 1])),
    }
    for kind, (sent, wanted) in shapes.items():
        attempt(f"union of a {kind}", lambda: differs(wanted, client.flip(sent)))
    attempt("void", lambda: differs(None, client.nothing()))
    attempt("inherited method", lambda: differs(2147483640, client.baseAdd(2147483647, -7)))
    not_found = NotFound("not here", 404, {"key": "value"})
    attempt("first declared exception", lambda: raised(lambda: client.fail("notFound"), not_found))
    attempt("second declared exception", lambda: raised(lambda: client.fail("denied"), Denied("closed")))
    attempt("undeclared exception", lambda: application_error(lambda: client.fail("undeclared"), (0, 6)))
    attempt("result beside exceptions", lambda: differs("fine", client.fail("fine")))
    attempt("unknown method", lambda: application_error(lambda: client.notThere(1), (1,)))
    attempt("oneway", lambda: oneway(client))
    attempt("200 calls in a row", lambda: many(client))


def call(args):
    host, port, transports, protocols, options = parse(args)
    if "tls" in options:
        authority = os.path.join(options["tls"], "cert.pem")
        context = ssl.create_default_context(cafile=authority)
        socket = TSSLSocket.TSSLSocket("localhost", port, ssl_context=context, server_hostname="localhost")
    else:
        socket = TSocket.TSocket(host, port)
    socket.setTimeout(10_000)
    transport = transports.getTransport(socket)
    protocol = protocols.getProtocol(transport)
    if "multiplexed" in options:
        protocol = TMultiplexedProtocol.TMultiplexedProtocol(protocol, "Interop")
    transport.open()
    run(InteropNext.Client(protocol))
    transport.close()


if __name__ == "__main__":
    (serve if sys.argv[1] == "server" else call)(sys.argv[2:])
