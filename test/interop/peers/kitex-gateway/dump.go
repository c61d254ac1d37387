package main

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"
)

// dump renders a struct in the Binary protocol as {"id:type": value}, so that a
// record shows which fields were on the wire and in which type.
type dumper struct{ b []byte }

func (d *dumper) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		panic(fmt.Sprintf("short: want %d have %d", n, len(d.b)))
	}
	v := d.b[:n]
	d.b = d.b[n:]
	return v
}

var names = map[byte]string{2: "bool", 3: "i8", 4: "double", 6: "i16", 8: "i32", 10: "i64", 11: "string", 12: "struct", 13: "map", 14: "set", 15: "list"}

func (d *dumper) value(t byte) any {
	switch t {
	case 2:
		return d.take(1)[0] != 0
	case 3:
		return int8(d.take(1)[0])
	case 4:
		f := math.Float64frombits(binary.BigEndian.Uint64(d.take(8)))
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return fmt.Sprint(f)
		}
		return f
	case 6:
		return int16(binary.BigEndian.Uint16(d.take(2)))
	case 8:
		return int32(binary.BigEndian.Uint32(d.take(4)))
	case 10:
		return "i64 " + strconv.FormatInt(int64(binary.BigEndian.Uint64(d.take(8))), 10)
	case 11:
		s := d.take(int(binary.BigEndian.Uint32(d.take(4))))
		if utf8.Valid(s) {
			return string(s)
		}
		return "hex:" + hex.EncodeToString(s)
	case 12:
		return d.fields()
	case 13:
		k, v := d.take(1)[0], d.take(1)[0]
		n := int(binary.BigEndian.Uint32(d.take(4)))
		m := map[string]any{"": fmt.Sprintf("map<%s,%s>", names[k], names[v])}
		for i := 0; i < n; i++ {
			key := fmt.Sprint(d.value(k))
			m[key] = d.value(v)
		}
		return m
	case 14, 15:
		e := d.take(1)[0]
		n := int(binary.BigEndian.Uint32(d.take(4)))
		l := []any{names[t] + "<" + names[e] + ">"}
		for i := 0; i < n; i++ {
			l = append(l, d.value(e))
		}
		return l
	}
	panic(fmt.Sprintf("type %d", t))
}

func (d *dumper) fields() map[string]any {
	m := map[string]any{}
	for {
		t := d.take(1)[0]
		if t == 0 {
			return m
		}
		id := int16(binary.BigEndian.Uint16(d.take(2)))
		m[fmt.Sprintf("%d:%s", id, names[t])] = d.value(t)
	}
}

func dump(b []byte) (v any) {
	defer func() {
		if r := recover(); r != nil {
			v = fmt.Sprintf("undecodable (%v): %s", r, hex.EncodeToString(b))
		}
	}()
	return (&dumper{b}).fields()
}

// builders of replies
func field(t byte, id int, v ...byte) []byte {
	return append([]byte{t, byte(id >> 8), byte(id)}, v...)
}
func u32(n int32) []byte  { return binary.BigEndian.AppendUint32(nil, uint32(n)) }
func u64(n int64) []byte  { return binary.BigEndian.AppendUint64(nil, uint64(n)) }
func str(s string) []byte { return append(u32(int32(len(s))), s...) }
func cat(p ...[]byte) (o []byte) {
	for _, x := range p {
		o = append(o, x...)
	}
	return
}
func strct(p ...[]byte) []byte           { return append(cat(p...), 0) }
func fi32(id int, n int32) []byte        { return field(8, id, u32(n)...) }
func fi64(id int, n int64) []byte        { return field(10, id, u64(n)...) }
func fstr(id int, s string) []byte       { return field(11, id, str(s)...) }
func fdbl(id int, f float64) []byte      { return field(4, id, u64(int64(math.Float64bits(f)))...) }
func fstruct(id int, p ...[]byte) []byte { return field(12, id, strct(p...)...) }
func flist(t byte, id int, e byte, items ...[]byte) []byte {
	return field(t, id, cat([]byte{e}, u32(int32(len(items))), cat(items...))...)
}
func fmap(id int, k, v byte, n int, kv ...[]byte) []byte {
	return field(13, id, cat([]byte{k, v}, u32(int32(n)), cat(kv...))...)
}
