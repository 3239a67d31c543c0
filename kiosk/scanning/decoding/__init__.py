"""From a grey frame to the texts in it. Needs numpy, Pillow and the engines: imported only where there is a camera."""
