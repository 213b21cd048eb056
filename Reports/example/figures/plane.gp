# Draws plane.svg: run “gnuplot plane.gp” in this folder.
# Colours, fonts and line widths may be changed below. What it draws is in plane-N.dat and
# .bin, prepared for drawing; the numbers as they were measured are in plane.csv.
reset session
set encoding utf8
set terminal svg noenhanced dynamic size 960,419 font 'sans-serif,12' linewidth 1
set output 'plane.svg'
set multiplot
# Title and legend, in px from the lower left corner.
set lmargin at screen 0.0; set rmargin at screen 1.0; set bmargin at screen 0.0; set tmargin at screen 1.0
set xrange [0:960.0]
set yrange [0:419.0]
unset border; unset tics; unset key; unset colorbox
set label 'Diversity–accuracy plane' at screen 0.5,0.9513126491646778 center font ',16.0' textcolor rgb '#1F2328' noenhanced front
set label 'upper limit: independent errors' at screen 0.0836822916666667,0.034606205250596656 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'lower limit: baseline perturbed' at screen 0.3606302083333333,0.034606205250596656 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'seeds' at screen 0.6358177083333333,0.034606205250596656 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set label 'path' at screen 0.7382135416666666,0.034606205250596656 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
set object polygon from 774.0649999999999,23.5 to 771.878438861472,17.509543219074803 to 765.5054913533436,17.281152949374526 to 770.527069759382,13.350456780925194 to 768.7749327293677,7.218847050625473 to 774.0649999999999,10.779999999999998 to 779.3550672706322,7.218847050625471 to 777.6029302406179,13.350456780925194 to 782.6245086466563,17.281152949374523 to 776.2515611385279,17.509543219074803 to 774.0649999999999,23.5 front noclip fillcolor rgb '#000000' fillstyle solid 1 border linecolor rgb '#FFFFFF' linewidth 1
set label 'baseline seeds[0]' at screen 0.829234375,0.034606205250596656 left font ',13.0' textcolor rgb '#1F2328' noenhanced front
$legend1 << END
44.335000000000036 14.5
72.33500000000004 14.5
END
$legend2 << END
310.205 14.5
338.205 14.5
END
$legend3 << END
588.385 14.5
END
$legend4 << END
588.385 14.5
END
$legend5 << END
686.685 14.5
END
$legend6 << END
686.685 14.5
END
plot -1 with lines notitle, \
  $legend1 using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (13,7) notitle, \
  $legend2 using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (3,5) notitle, \
  $legend3 using 1:2 with points pointtype 7 pointsize 1.08 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  $legend4 using 1:2 with points pointtype 7 pointsize 0.8 linewidth 1.0 linecolor rgb '#0072B2' notitle, \
  $legend5 using 1:2 with points pointtype 9 pointsize 1.12 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  $legend6 using 1:2 with points pointtype 9 pointsize 0.8400000000000001 linewidth 1.0 linecolor rgb '#D55E00' notitle
unset label; unset object
# A panel.
set lmargin at screen 0.058; set rmargin at screen 0.48541666666666666; set bmargin at screen 0.21812696897374698; set tmargin at screen 0.8448687350835322
unset logscale x
set xrange [5.32:95.68]
set xtics nomirror out norotate offset 0,0.4 scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0)
unset logscale y
set yrange [-0.05:1.4108695652173913]
set ytics nomirror out norotate  scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('0.0' -0.0, '0.5' 0.5, '1.0' 1.0)
set clip one; set clip two
set border 3 front linewidth 0.8 linecolor rgb '#4B535D'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#E3E6EA'
unset colorbox
set label 'All checkpoints' at screen 0.27170833333333333,0.8856801909307876 center font ',14.0' textcolor rgb '#1F2328' noenhanced front
set label 'accuracy (%)' at screen 0.27170833333333333,0.11764964200477325 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'normalised diversity' at screen 0.0125,0.5314978520286396 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set object polygon from 89.16666666666666,0.05006696788084804 to 88.68514574524585,0.01674207818727136 to 87.28170565742539,0.015471543932006698 to 88.38754944951361,-0.006394904825229426 to 88.00169669548725,-0.040505027872430696 to 89.16666666666666,-0.02069434672408385 to 90.33163663784606,-0.04050502787243071 to 89.9457838838197,-0.006394904825229433 to 91.05162767590792,0.015471543932006684 to 89.64818758808747,0.01674207818727136 to 89.16666666666666,0.05006696788084804 front noclip fillcolor rgb '#000000' fillstyle solid 1 border linecolor rgb '#FFFFFF' linewidth 1
plot 'plane-1.dat'  using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (13,7) notitle, \
  'plane-2.dat'  using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (3,5) notitle, \
  'plane-3.dat'  using 1:2 with points pointtype 7 pointsize 1.08 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  'plane-3.dat'  using 1:2 with points pointtype 7 pointsize 0.8 linewidth 1.0 linecolor rgb '#0072B2' notitle, \
  'plane-4.dat'  using 1:2 with points pointtype 9 pointsize 1.12 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  'plane-4.dat'  using 1:2 with points pointtype 9 pointsize 0.8400000000000001 linewidth 1.0 linecolor rgb '#D55E00' notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
# A panel.
set lmargin at screen 0.5579999999999999; set rmargin at screen 0.9854166666666667; set bmargin at screen 0.21812696897374698; set tmargin at screen 0.8448687350835322
unset logscale x
set xrange [81.48333333333333:92.85]
set xtics nomirror out norotate offset 0,0.4 scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('82' 82.0, '84' 84.0, '86' 86.0, '88' 88.0, '90' 90.0, '92' 92.0)
unset logscale y
set yrange [-0.05:1.4108695652173913]
set ytics nomirror out norotate  scale 0.6,0.3 font ',12.0' textcolor rgb '#4B535D' ('0.0' -0.0, '0.5' 0.5, '1.0' 1.0)
set clip one; set clip two
set border 3 front linewidth 0.8 linecolor rgb '#4B535D'
set grid xtics ytics back linetype 1 linewidth 0.8 linecolor rgb '#E3E6EA'
unset colorbox
set label 'Near the baseline' at screen 0.7717083333333332,0.8856801909307876 center font ',14.0' textcolor rgb '#1F2328' noenhanced front
set label 'accuracy (%)' at screen 0.7717083333333332,0.11764964200477325 center font ',13.5' textcolor rgb '#1F2328' noenhanced front
set label 'normalised diversity' at screen 0.5125,0.5314978520286396 center rotate by 90 font ',13.5' textcolor rgb '#1F2328' noenhanced front
set object polygon from 89.16666666666667,0.05006696788084804 to 89.10609464578556,0.01674207818727136 to 88.92955153307095,0.015471543932006698 to 89.06865907811377,-0.006394904825229426 to 89.02012145485755,-0.040505027872430696 to 89.16666666666667,-0.02069434672408385 to 89.3132118784758,-0.04050502787243071 to 89.26467425521957,-0.006394904825229433 to 89.4037818002624,0.015471543932006684 to 89.22723868754778,0.01674207818727136 to 89.16666666666667,0.05006696788084804 front noclip fillcolor rgb '#000000' fillstyle solid 1 border linecolor rgb '#FFFFFF' linewidth 1
plot 'plane-1.dat'  using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (13,7) notitle, \
  'plane-2.dat'  using 1:2 with lines linecolor rgb '#6E7681' linewidth 1.5 dashtype (3,5) notitle, \
  'plane-3.dat'  using 1:2 with points pointtype 7 pointsize 1.08 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  'plane-3.dat'  using 1:2 with points pointtype 7 pointsize 0.8 linewidth 1.0 linecolor rgb '#0072B2' notitle, \
  'plane-4.dat'  using 1:2 with points pointtype 9 pointsize 1.12 linewidth 1 linecolor rgb '#FFFFFF' notitle, \
  'plane-4.dat'  using 1:2 with points pointtype 9 pointsize 0.8400000000000001 linewidth 1.0 linecolor rgb '#D55E00' notitle
unset label; unset object; unset arrow; unset logscale; unset colorbox
unset multiplot
unset output
