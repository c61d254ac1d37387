package cases

import (
	"context"
	"errors"
	"slices"
	"sync"

	"peer/gen/interop"
)

// Service serves Interop.
type Service struct {
	mutex sync.Mutex
	text  string
}

func (s *Service) BaseAdd(_ context.Context, a int32, b int32) (int32, error) {
	return a + b, nil
}

func (s *Service) Check(_ context.Context, name string, value *interop.Everything) (string, error) {
	return Difference(name, value), nil
}

func (s *Service) Produce(_ context.Context, name string) (*interop.Everything, error) {
	return Build(name), nil
}

func (s *Service) Echo(_ context.Context, value *interop.Everything) (*interop.Everything, error) {
	return value, nil
}

func (s *Service) Combine(_ context.Context, flag bool, tiny int8, small int16, medium int32, big int64, real float64,
	text string, data []byte, color interop.Color, words []string) (string, error) {
	return Combine(flag, tiny, small, medium, big, real, text, data, color, words), nil
}

func (s *Service) Flip(_ context.Context, shape *interop.Shape) (*interop.Shape, error) {
	switch {
	case shape.Dot != nil:
		return &interop.Shape{Dot: &interop.Point{X: shape.Dot.Y, Y: shape.Dot.X}}, nil
	case shape.Circle != nil:
		return &interop.Shape{Dot: shape.Circle.Center}, nil
	case shape.Label != nil:
		text := *shape.Label + "!"
		return &interop.Shape{Label: &text}, nil
	}
	polygon := slices.Clone(shape.Polygon)
	slices.Reverse(polygon)
	return &interop.Shape{Polygon: polygon}, nil
}

func (s *Service) Nothing(context.Context) error {
	return nil
}

func (s *Service) Fail(_ context.Context, kind string) (string, error) {
	switch kind {
	case "notFound":
		return "", &interop.NotFound{Message: "not here", Code: 404, Details: map[string]string{"key": "value"}}
	case "denied":
		return "", &interop.Denied{Reason: "closed"}
	case "undeclared":
		return "", errors.New("undeclared")
	}
	return kind, nil
}

func (s *Service) Remember(_ context.Context, text string) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.text = text
	return nil
}

func (s *Service) Recall(context.Context) (string, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.text, nil
}
