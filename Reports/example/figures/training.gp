# Draws training.svg: run “gnuplot training.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in training-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in training.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 960,418 font 'sans-serif,12' linewidth 1
set output 'training.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:960.0]
set yrange [0:418.0]
unset border; unset tics; unset key; unset colorbox
set label 'Training' at screen 0.5,0.9511961722488039 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
set label 'seed 0' at screen 0.2794270833333333,0.034688995215311005 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'seed 1' at screen 0.38723958333333336,0.034688995215311005 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'seed 2' at screen 0.49505208333333334,0.034688995215311005 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'seed 3' at screen 0.6028645833333334,0.034688995215311005 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'seed 4' at screen 0.7106770833333333,0.034688995215311005 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
$legend1 << END
232.25 14.5
260.25 14.5
END
$legend2 << END
335.75 14.5
363.75 14.5
END
$legend3 << END
439.25 14.5
467.25 14.5
END
$legend4 << END
542.75 14.5
570.75 14.5
END
$legend5 << END
646.25 14.5
674.25 14.5
END
plot -1 with lines notitle, \
  $legend1 using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.0 dashtype solid notitle, \
  $legend2 using 1:2 with lines linecolor rgb '#D55E00' linewidth 2.0 dashtype (13,7) notitle, \
  $legend3 using 1:2 with lines linecolor rgb '#009E73' linewidth 2.0 dashtype (13,6,3,6) notitle, \
  $legend4 using 1:2 with lines linecolor rgb '#CC79A7' linewidth 2.0 dashtype (3,5) notitle, \
  $legend5 using 1:2 with lines linecolor rgb '#E69F00' linewidth 2.0 dashtype solid notitle
unset label; unset object
# A panel.
set lmargin at screen 0.06575; set rmargin at screen 0.4917916666666667; set bmargin at screen 0.21827751196172251; set tmargin at screen 0.8444976076555024
unset logscale x
set xrange [-0.32:8.32]
set xtics nomirror out norotate offset 0,0.4 scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('0' -0.0, '2' 2.0, '4' 4.0, '6' 6.0, '8' 8.0)
set logscale y
set yrange [0.04366021408373547:2.6921834916925187]
set ytics nomirror out norotate  scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('0.05' 0.05, '0.1' 0.1, '0.2' 0.2, '0.5' 0.5, '1' 1.0, '2' 2.0, '' 0.06 1, '' 0.07 1, '' 0.08 1, '' 0.09 1, '' 0.30000000000000004 1, '' 0.4 1, '' 0.6000000000000001 1, '' 0.7000000000000001 1, '' 0.8 1, '' 0.9 1)
set clip one; set clip two
set border 3 front linewidth 0.8 linecolor rgb '#4B535D'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#E3E6EA'
unset colorbox
set label 'Training loss' at screen 0.27877083333333336,0.8854066985645933 center font ',14.0' textcolor rgb '#1F2328' noenhanced front
set label 'epoch' at screen 0.27877083333333336,0.11755980861244023 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'cross-entropy (nats)' at screen 0.0125,0.5313875598086124 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
plot 'training-1.dat'  using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.0 dashtype solid notitle, \
  'training-2.dat'  using 1:2 with lines linecolor rgb '#D55E00' linewidth 2.0 dashtype (13,7) notitle, \
  'training-3.dat'  using 1:2 with lines linecolor rgb '#009E73' linewidth 2.0 dashtype (13,6,3,6) notitle, \
  'training-4.dat'  using 1:2 with lines linecolor rgb '#CC79A7' linewidth 2.0 dashtype (3,5) notitle, \
  'training-5.dat'  using 1:2 with lines linecolor rgb '#E69F00' linewidth 2.0 dashtype solid notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
# A panel.
set lmargin at screen 0.559375; set rmargin at screen 0.9854166666666667; set bmargin at screen 0.21827751196172251; set tmargin at screen 0.8444976076555024
unset logscale x
set xrange [-0.32:8.32]
set xtics nomirror out norotate offset 0,0.4 scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('0' -0.0, '2' 2.0, '4' 4.0, '6' 6.0, '8' 8.0)
unset logscale y
set yrange [0.6399999999999997:95.86]
set ytics nomirror out norotate  scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0)
set clip one; set clip two
set border 3 front linewidth 0.8 linecolor rgb '#4B535D'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#E3E6EA'
unset colorbox
set label 'Test accuracy' at screen 0.7723958333333333,0.8854066985645933 center font ',14.0' textcolor rgb '#1F2328' noenhanced front
set label 'epoch' at screen 0.7723958333333333,0.11755980861244023 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'accuracy (%)' at screen 0.518875,0.5313875598086124 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
plot 'training-6.dat'  using 1:2 with lines linecolor rgb '#0072B2' linewidth 2.0 dashtype solid notitle, \
  'training-7.dat'  using 1:2 with lines linecolor rgb '#D55E00' linewidth 2.0 dashtype (13,7) notitle, \
  'training-8.dat'  using 1:2 with lines linecolor rgb '#009E73' linewidth 2.0 dashtype (13,6,3,6) notitle, \
  'training-9.dat'  using 1:2 with lines linecolor rgb '#CC79A7' linewidth 2.0 dashtype (3,5) notitle, \
  'training-10.dat'  using 1:2 with lines linecolor rgb '#E69F00' linewidth 2.0 dashtype solid notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output
