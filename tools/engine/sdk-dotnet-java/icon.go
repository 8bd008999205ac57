package main

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"net/http"
)

// icon answers every request with a blue square. The generator for .NET downloads an icon for the NuGet package: nothing is fetched so.
type icon struct{}

func (icon) RoundTrip(request *http.Request) (*http.Response, error) {
	square := image.NewRGBA(image.Rect(0, 0, 64, 64))
	blue := color.RGBA{0x4a, 0x63, 0xd8, 0xff} // of the local service's console
	draw.Draw(square, square.Bounds(), image.NewUniform(blue), image.Point{}, draw.Src)
	var body bytes.Buffer
	if err := png.Encode(&body, square); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(&body), Request: request}, nil
}
