package main

// A recording TCP proxy that understands TTHeader frames: each complete frame becomes one line with its direction and decoded header.

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Log prints lines at once, each with the milliseconds since the start.
type Log struct {
	mu    sync.Mutex
	start time.Time
}

// NewLog starts a log.
func NewLog() *Log { return &Log{start: time.Now()} }

// Printf prints one line.
func (l *Log) Printf(format string, a ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := strings.ReplaceAll(strings.TrimRight(fmt.Sprintf(format, a...), "\n"), "\n", " ")
	fmt.Printf("+%05dms %s\n", time.Since(l.start).Milliseconds(), s)
}

// Restart sets the time back to 0.
func (l *Log) Restart() { l.mu.Lock(); l.start = time.Now(); l.mu.Unlock() }

var ftypes = map[string]string{"1": "META", "2": "HEADER", "3": "DATA", "4": "TRAILER", "5": "RST"}

// Describe decodes the header of one whole TTHeader frame.
func Describe(f []byte) string {
	if len(f) < 14 || f[4] != 0x10 || f[5] != 0 {
		if len(f) >= 8 && f[4] == 0x80 && f[5] == 1 {
			return "FRAMED thrift message"
		}
		return "RAW"
	}
	flags := binary.BigEndian.Uint16(f[6:])
	sid := int32(binary.BigEndian.Uint32(f[8:]))
	hs := int(binary.BigEndian.Uint16(f[12:])) * 4
	if 14+hs > len(f) {
		return "TTHEADER bad header size"
	}
	h := f[14 : 14+hs]
	pos := 2 + int(h[1])
	ints := map[int]string{}
	strs := map[string]string{}
	u16 := func() int { v := int(binary.BigEndian.Uint16(h[pos:])); pos += 2; return v }
	str := func() string { n := u16(); s := string(h[pos : pos+n]); pos += n; return s }
	for pos < len(h) {
		id := h[pos]
		pos++
		switch id {
		case 0:
		case 1:
			for n := u16(); n > 0; n-- {
				k := str()
				strs[k] = str()
			}
		case 0x10:
			for n := u16(); n > 0; n-- {
				k := u16()
				ints[k] = str()
			}
		case 0x11:
			strs["<acl>"] = str()
		default:
			pos = len(h)
		}
	}
	var sb strings.Builder
	if flags&2 != 0 {
		fmt.Fprintf(&sb, "sid=%d %s", sid, ftypes[ints[27]])
	} else {
		fmt.Fprintf(&sb, "PINGPONG seq=%d", sid)
	}
	delete(ints, 27)
	var ik []int
	for k := range ints {
		ik = append(ik, k)
	}
	sort.Ints(ik)
	var parts []string
	for _, k := range ik {
		parts = append(parts, strconv.Itoa(k)+":"+strconv.Quote(ints[k]))
	}
	fmt.Fprintf(&sb, " int{%s}", strings.Join(parts, " "))
	var sk []string
	for k := range strs {
		sk = append(sk, k)
	}
	sort.Strings(sk)
	parts = nil
	for _, k := range sk {
		parts = append(parts, k+":"+strconv.Quote(strs[k]))
	}
	fmt.Fprintf(&sb, " str{%s} payload=%d", strings.Join(parts, " "), len(f)-14-hs)
	return sb.String()
}

// Split writes one log line per complete frame found in the byte stream.
type Split struct {
	L    *Log
	Name string
	buf  []byte
	// Quiet counts frames; after the first dozen, big ones are not printed.
	Quiet int
}

func (s *Split) Feed(p []byte) {
	s.buf = append(s.buf, p...)
	for len(s.buf) >= 8 {
		n := int(binary.BigEndian.Uint32(s.buf)) + 4
		ok := (s.buf[4] == 0x10 && s.buf[5] == 0) || (s.buf[4] == 0x80 && s.buf[5] == 1)
		if !ok || n > 1<<28 {
			s.L.Printf("%s RAW %s", s.Name, short(s.buf))
			s.buf = nil
			return
		}
		if len(s.buf) < n {
			return
		}
		if s.Quiet++; s.Quiet <= 12 || n < 1000 {
			s.L.Printf("%s %s", s.Name, Describe(s.buf[:n]))
		}
		s.buf = append([]byte(nil), s.buf[n:]...)
	}
}

func short(b []byte) string {
	if len(b) > 1200 {
		return hex.EncodeToString(b[:200]) + fmt.Sprintf("...(%d bytes)", len(b))
	}
	return hex.EncodeToString(b)
}

// Proxy forwards addr -> target and records both directions.
type Proxy struct {
	Ln     net.Listener
	Target string
	L      *Log
	tag    string
	mu     sync.Mutex
	conns  []net.Conn
	n      int
}

func NewProxy(dst string, l *Log, tag string) *Proxy {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	p := &Proxy{Ln: ln, Target: dst, L: l, tag: tag}
	go p.Loop()
	return p
}
func (p *Proxy) Addr() string { return p.Ln.Addr().String() }
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.conns {
		if t, ok := c.(*net.TCPConn); ok {
			t.SetLinger(0)
		}
		c.Close()
	}
	p.conns = nil
}
func (p *Proxy) Loop() {
	for {
		c, err := p.Ln.Accept()
		if err != nil {
			return
		}
		s, err := net.Dial("tcp", p.Target)
		if err != nil {
			p.L.Printf("%sproxy: dial server failed: %v", p.tag, err)
			c.Close()
			continue
		}
		p.mu.Lock()
		p.n++
		id := p.n
		p.conns = append(p.conns, c, s)
		p.mu.Unlock()
		go p.copy(c, s, fmt.Sprintf("%sconn%d C>S", p.tag, id))
		go p.copy(s, c, fmt.Sprintf("%sconn%d S>C", p.tag, id))
	}
}
func (p *Proxy) copy(from, to net.Conn, name string) {
	sp := &Split{L: p.L, Name: name}
	b := make([]byte, 64<<10)
	for {
		n, err := from.Read(b)
		if n > 0 {
			sp.Feed(b[:n])
			if _, werr := to.Write(b[:n]); werr != nil {
				return
			}
		}
		if err != nil {
			what := "FIN"
			if err != io.EOF {
				what = "CLOSED"
			}
			p.L.Printf("%s %s", name, what)
			if t, ok := to.(*net.TCPConn); ok {
				t.CloseWrite()
			}
			return
		}
	}
}
