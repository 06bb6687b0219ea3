document.getElementById('unsupported').hidden = false;
